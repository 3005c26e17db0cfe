import { runError } from "./runError";
import { isPinned, pinnedForm } from "./pinnedImage";

/** The image, when it says which one. @throws RunError otherwise. */
export function checkImage(image: string): string {
  if (!isPinned(image)) throw runError(`image ${image}: expected ${pinnedForm}`);
  return image;
}
