'use client';
/** Validation, continuous: a moment after each change, in the browser. */
import { validateWorkflow } from '@weft/workflow';
import type { Catalog, WorkflowDocument } from '@weft/workflow';
import { useEffect, useState } from 'react';
import type { Finding } from './findings.ts';

const PAUSE_MS = 150;

export function useFindings(document: WorkflowDocument, catalog: Catalog): readonly Finding[] {
  const [findings, setFindings] = useState<readonly Finding[]>(() => check(document, catalog));
  useEffect(() => {
    const timer = setTimeout(() => setFindings(check(document, catalog)), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [document, catalog]);
  return findings;
}

function check(document: WorkflowDocument, catalog: Catalog): Finding[] {
  return validateWorkflow(document, catalog).problems.map(({ severity, path, code, message, nodeId }) => ({
    severity,
    path,
    code,
    message,
    nodeId,
  }));
}
