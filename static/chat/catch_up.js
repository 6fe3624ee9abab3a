// Closes gaps: asks for everything after the last number that is here, one question at a time.

const PAUSE_MS = 1000;

/** `take(answer)` gets each answer that is still wanted; `after()` is the last number that is here. */
export function createCatchUp({ ask, online, after, take }) {
  let running = false;
  let again = false;
  let round = 0;

  return {
    async now() {
      again = true;
      if (running) return;
      running = true;
      while (again && online()) {
        again = false;
        const asked = round;
        const answer = await ask("sync", { after: after() }, (came) => asked === round && came.ok && take(came));
        if (asked !== round) again = true;
        else if (!answer?.ok) {
          again = true;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      }
      running = false;
    },

    /** Whatever was asked before is about another conversation. */
    forget() {
      round += 1;
    },
  };
}
