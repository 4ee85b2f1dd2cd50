export * from './document.ts';
export * from './catalog.ts';
