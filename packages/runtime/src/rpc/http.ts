/**
 * `node:http`, not by an import: an import asks for every name that the module exports, and some of them load all of
 * Node's own fetch, which costs each process 60 ms and 13 MB and none of them needs to begin with.
 */
export const { createServer, request } = process.getBuiltinModule('node:http');
