/**
 * Where what floats beside `element` belongs: inside its dialog, drawer or landmark. There assistive technology finds
 * it, and a menu opened in the drawer (which is in the browser's top layer) lies above it.
 */
export function landmarkOf(element: Element | null): HTMLElement {
  return element?.closest<HTMLElement>("[role=dialog], [popover], main, header, nav, aside") ?? document.body;
}
