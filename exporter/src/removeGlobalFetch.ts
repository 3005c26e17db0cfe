// Merely looking at one of these, as axios does, makes Node load its fetch: 13 MB of memory and 20 ms. Nothing here uses it.
for (const name of ["fetch", "FormData", "Headers", "Request", "Response"]) Reflect.deleteProperty(globalThis, name);

export {};
