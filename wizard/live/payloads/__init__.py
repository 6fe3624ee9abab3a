"""What the sockets carry, up and down: the one place where the protocol is written.

The tables name every event; `docs/protocol.md` holds the JSON Schemas that come from them.
"""

from __future__ import annotations

from wizard.live.payloads import chat, desk, observation, past, writing
from wizard.live.payloads.parts import Done, Nothing, Payload

UP: dict[str, dict[str, tuple[type[Payload], type[Done]]]] = {
    "/chat": {
        "send": (chat.Send, chat.SendDone),
        "sync": (chat.Sync, chat.SyncDone),
        "stop": (Nothing, Done),
        "retry": (Nothing, Done),
        "end": (Nothing, Done),
        "restart": (Nothing, Done),
        "agree": (Nothing, Done),
        "answer": (chat.Answers, Done),
        "guess": (chat.Guess, Done),
        "withdraw": (Nothing, Done),
    },
    "/desk": {
        "inbox": (Nothing, desk.InboxDone),
        "claim": (desk.Claim, desk.ClaimDone),
        "unclaim": (desk.Unclaim, Done),
        "hand_over": (desk.HandOver, Done),
        "away": (desk.Away, Done),
        "reply": (desk.Reply, desk.ReplyDone),
        "draft": (writing.KeepDraft, writing.DraftDone),
        "preview": (writing.Preview, writing.PreviewDone),
        "check": (writing.Check, writing.CheckDone),
        "document": (writing.OpenDocument, writing.DocumentDone),
        "save_canned": (writing.SaveCanned, writing.CannedDone),
        "remove_canned": (writing.RemoveCanned, Done),
        "end": (desk.End, Done),
        "look": (past.Look, past.LookDone),
        "label": (past.Label, Done),
        "flag": (past.Flag, Done),
        "note": (past.Note, Done),
        "search": (past.Search, past.SearchDone),
        "next_opinion": (Nothing, past.NextOpinionDone),
        "opinion": (past.Opinion, Done),
        "skip_opinion": (past.SkipOpinion, Done),
    },
}
"""Every event that may be sent, with its payload and its acknowledgement; any may also be `Refused`."""

DOWN: dict[str, dict[str, type[Payload]]] = {
    "/chat": {"message": chat.ChatMessage, "words": chat.Words, "thinking": chat.Thinking, "state": chat.State},
    "/desk": {
        "inbox": desk.Inbox,
        "observation": observation.Observation,
        "claimed": desk.Claimed,
        "whispered": desk.Whispered,
        "watched": desk.Watched,
        "ended": desk.EndedHere,
        "colleagues": desk.Colleagues,
        "draft": writing.Kept,
        "canned": writing.CannedSet,
        "opinions": past.Opinions,
    },
}
"""Every event that comes down."""
