/* The entry of a site that came as a zip, in the place of site.js. A browser runs no module from a disk, so there this only says how to
   bring the figures to life; over a server it loads site.js, and everything is as usual. */
(() => {
  if (location.protocol !== "file:") {
    import("./site.js");
    return;
  }
  const note = document.createElement("p");
  note.className = "from-disk-note";
  note.innerHTML =
    "Live figures need a server: run <code>python -m http.server</code> in the folder of this site, " +
    'then open <a href="http://127.0.0.1:8000/">http://127.0.0.1:8000/</a>.';
  document.documentElement.classList.add("from-disk");
  document.querySelector("article, main").prepend(note);
})();
