// A large script that draws below the first words: asked for once those are painted, so that on a
// slow line it takes nothing from them. Its address is in data-script.

const { script } = document.currentScript.dataset;

requestAnimationFrame(() => {
  setTimeout(() => {
    const element = document.createElement("script");
    element.src = script;
    document.head.append(element);
  });
});
