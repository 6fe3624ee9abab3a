// Where a phone's keyboard covers the page instead of shrinking it, the page takes the height that is left.

export function followKeyboard(viewport = window.visualViewport) {
  if (!viewport) return;
  const follow = () => {
    if (viewport.scale !== 1) return;
    const covered = innerHeight - viewport.height > 1;
    document.documentElement.style.setProperty("--height", covered ? `${viewport.height}px` : "");
    if (covered) scrollTo(0, 0);
  };
  viewport.addEventListener("resize", follow);
}
