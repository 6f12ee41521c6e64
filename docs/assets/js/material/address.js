/* The theme goes to another page without reloading only where the sitemap names that page exactly as the browser does: host, port and
   folder. A sitemap is written for one address, and a copy of the site may be read at another. So what all its addresses begin with, the
   address of the home page, is exchanged for the one where the site is now. */
(() => {
  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, address, ...settings) {
    open.call(this, method, address, ...settings);
    if (!/\/sitemap\.xml$/.test(address)) return;
    const here = new URL(".", address).href;
    // The theme asks for a blob, which cannot be read at once; so it is read as text, and a blob is made of that.
    Object.defineProperty(this, "responseType", { value: "", writable: true });
    Object.defineProperty(this, "response", { get: () => new Blob([moved(this.responseText, here)]) });
  };

  function moved(sitemap, here) {
    const named = [...sitemap.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address);
    const home = named.reduce((one, other) => (other.length < one.length ? other : one), named[0]);
    return sitemap.replaceAll(`<loc>${home}`, () => `<loc>${here}`);
  }
})();
