// Folders in which frameworks promise that a name never comes with other bytes.
const IMMUTABLE_FOLDERS = /^(?:_next\/static|_astro|_app\/immutable|_nuxt)\//;
/** `main.3f2a9c1d.js`: a hash of the content in the name, as bundlers write it. */
const HASHED = /[.-](?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\.(?:m?js|css|woff2?|ttf|wasm)$/;

/** A page is asked for again each time, so that a deployment is seen at once; a file named by its content never is. */
export const cacheControl = (path: string): string =>
  IMMUTABLE_FOLDERS.test(path) || HASHED.test(path)
    ? "public, max-age=31536000, immutable"
    : "public, max-age=0, must-revalidate";
