"""Written from docs/protocol.md alone: a participant and a wizard who talk. Needs python-socketio, nothing else.

python stranger.py URL INVITE SEAT_SECRET
"""

import queue
import sys
import uuid

import socketio

URL, INVITE, SEAT = sys.argv[1:]
chat, desk = socketio.Client(), socketio.Client()
messages: queue.Queue = queue.Queue()
observations: queue.Queue = queue.Queue()
chat.on("message", messages.put, namespace="/chat")
desk.on("observation", observations.put, namespace="/desk")


def call(client, namespace, event, **payload):
    """Send until it is acknowledged; the same id makes a retry the same event."""
    while True:
        try:
            answer = client.call(event, payload, namespace=namespace, timeout=5)
        except socketio.exceptions.TimeoutError:
            continue
        if answer["ok"]:
            return answer
        if not answer["error"]["retry"]:
            raise SystemExit(answer["error"]["message"])


def new_id():
    return str(uuid.uuid4())


chat.connect(URL, namespaces=["/chat"], auth={"invite": INVITE, "key": new_id()})
desk.connect(URL, namespaces=["/desk"], auth={"key": SEAT})

for text in ("my card is gone", "since yesterday"):
    call(chat, "/chat", "send", id=new_id(), text=text)

waiting = call(desk, "/desk", "inbox")["sessions"][0]["session"]
claim = call(desk, "/desk", "claim", session=waiting)
seen = claim["observation"]
labels = {label["name"]: label["options"][0] for label in claim["study"]["labels"]}
call(
    desk, "/desk", "reply",
    session=waiting, id=new_id(), text="It is blocked.", could_answer="yes", labels=labels, upto=seen["upto"],
)  # fmt: skip
print(messages.get(timeout=20)["text"])

told = call(chat, "/chat", "sync", after=0)["messages"]
print(" / ".join(f"{message['n']} {message['role']}: {message['text']}" for message in told))
call(desk, "/desk", "end", session=waiting)
chat.disconnect()
desk.disconnect()
