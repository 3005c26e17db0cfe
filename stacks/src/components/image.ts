import * as pulumi from "@pulumi/pulumi";
import { isPinned, pinnedForm } from "./pinnedImage";

/** The image, when it says which one. @throws RunError otherwise. */
export function checkImage(image: string): string {
  if (!isPinned(image)) throw new pulumi.RunError(`image ${image}: expected ${pinnedForm}`);
  return image;
}
