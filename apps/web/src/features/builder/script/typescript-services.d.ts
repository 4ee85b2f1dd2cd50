/** The part of the editor's own TypeScript that the tests of the declarations use; its package ships no types for it. */
declare module 'monaco-editor/languages/features/typescript/lib/typescriptServices' {
  interface ServiceHost {
    getCompilationSettings(): object;
    getScriptFileNames(): string[];
    getScriptVersion(name: string): string;
    getScriptSnapshot(name: string): unknown;
    getCurrentDirectory(): string;
    getDefaultLibFileName(): string;
    fileExists(name: string): boolean;
    readFile(name: string): string | undefined;
  }
  interface ServiceDiagnostic {
    readonly start?: number;
    readonly messageText: unknown;
  }
  export const typescript: {
    createLanguageService(host: ServiceHost): {
      getSyntacticDiagnostics(name: string): ServiceDiagnostic[];
      getSemanticDiagnostics(name: string): ServiceDiagnostic[];
    };
    readonly ScriptSnapshot: { fromString(text: string): unknown };
    flattenDiagnosticMessageText(text: unknown, newLine: string): string;
  };
}

declare module 'monaco-editor/languages/features/typescript/lib/lib' {
  export const libFileMap: Readonly<Record<string, string>>;
}
