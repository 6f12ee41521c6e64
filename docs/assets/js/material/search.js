/* The search waits until the reader turns to it. The theme starts its worker and fetches the index, the words of every page, as soon as a
   page is open. Here both wait until the search is opened, by a click, a touch, the keyboard or an address with `?q=`. The theme
   knows nothing of it: what it tells its worker meanwhile is kept, and passed on in the same order. */
(() => {
  const opened = new Promise((resolve) => {
    document.querySelector("[data-md-toggle=search]")?.addEventListener("change", resolve, { once: true });
  });

  /** As much of a worker as the theme uses, begun when the search is opened. */
  class LateWorker extends EventTarget {
    constructor(begin) {
      super();
      this.begun = opened.then(begin);
      this.begun.then((worker) => {
        worker.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })));
      });
    }

    postMessage(data) {
      this.begun.then((worker) => worker.postMessage(data));
    }
  }

  window.Worker = new Proxy(Worker, {
    construct(Real, settings) {
      const begin = () => new Real(...settings);
      return /\/workers\/search\.[^/]*$/.test(settings[0]) ? new LateWorker(begin) : begin();
    },
  });

  const late = new WeakSet();
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, address, ...settings) {
    if (/\/search_index\.json$/.test(address)) late.add(this);
    open.call(this, method, address, ...settings);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (late.delete(this)) opened.then(() => send.call(this, body));
    else send.call(this, body);
  };
})();
