/**
 * Makes a process one of an older build: preloaded by `--import`, it takes out of the sources, as they are read from disk,
 * what such a build did not have: loops over pages, and an operation.
 */
import { registerHooks } from 'node:module';

const TAKEN_OUT = [
  { file: '/packages/workflow/src/document.ts', text: '  pages: pagesSchema.optional(),\n' },
  { file: '/packages/connectors/src/storage/index.ts', text: 'setIfAbsent, remove' },
];

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const taken = TAKEN_OUT.find(({ file }) => url.endsWith(file));
    if (!taken) return loaded;
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    if (!source.includes(taken.text)) throw new Error(`${taken.file} has another form now: adapt what is taken out of it.`);
    return { ...loaded, source: source.replace(taken.text, taken.text.endsWith('\n') ? '' : 'remove') };
  },
});
