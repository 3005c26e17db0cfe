import { refusal } from "../refusal";
import { isPinned, pinnedForm } from "./pinnedImage";

/** The image, when it says which one. @throws RunError otherwise. */
export function checkImage(image: string): string {
  if (!isPinned(image)) throw refusal(`image ${image}: expected ${pinnedForm}`);
  return image;
}
