// A component that is drawn again when its properties or a signal that it read change, and only then.
import { Component } from "/static/vendor/preact.js";
import { effect } from "/static/vendor/signals.js";

export const seeing = (view) =>
  class extends Component {
    shouldComponentUpdate(next) {
      return differ(this.props, next);
    }

    componentWillUnmount() {
      this.stop();
    }

    render(properties) {
      this.stop?.();
      let drawn;
      let first = true;
      this.stop = effect(() => {
        if (first) drawn = view(properties);
        else this.forceUpdate();
        first = false;
      });
      return drawn;
    }
  };

const differ = (a, b) => Object.keys({ ...a, ...b }).some((name) => a[name] !== b[name]);
