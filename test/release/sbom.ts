import * as z from "zod";
import { nameOf, runtimeFolders, type Lock } from "../audit/dependencies";
import type { Tarball } from "@fedjoin/testbed";

const component = z.looseObject({ "bom-ref": z.string(), name: z.string() });
const sbom = z.looseObject({
  metadata: z.looseObject({ component }),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/**
 * The CycloneDX document of one package: the part of the repository's, as `npm sbom` writes it, that an installation of
 * the package has. npm itself leaves out the peers, because the repository has them for its tests.
 */
export function packageSbom(document: unknown, lock: Lock, folder: string, { name, version }: Package): object {
  const { metadata, components, dependencies, ...others } = sbom.parse(document);
  const own = `${name}@${version}`;
  const contents = new Set(runtimeFolders(lock, folder).map((each) => `${nameOf(each)}@${lock[each]?.version ?? ""}`));
  for (const dependency of Object.keys(lock[folder]?.dependencies ?? {})) {
    if (lock[`node_modules/${dependency}`]?.link === true) contents.add(`${dependency}@${version}`);
  }
  const named = components.map((each) => ({ ...each, name: each["bom-ref"].replace(/(.)@.*/, "$1") }));
  const isContent = (ref: string): boolean => contents.has(ref);
  return {
    ...others,
    metadata: { ...metadata, component: named.find((each) => each["bom-ref"] === own) },
    components: named.filter((each) => isContent(each["bom-ref"])),
    dependencies: dependencies
      .filter(({ ref }) => ref === own || isContent(ref))
      .map((each) => ({ ...each, dependsOn: each.dependsOn.filter(isContent) })),
  };
}

type Package = Pick<Tarball, "name" | "version">;
