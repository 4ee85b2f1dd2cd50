'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import type { ReactNode } from 'react';
import { Tabs } from '@weft/ui';
import { PageHeader } from '../shell/page-header.tsx';
import { Appearance } from './appearance.tsx';
import { ApiTokens } from './api-tokens.tsx';

/** What belongs to the whole workspace, and how this browser shows it. */
export function SettingsPage(): ReactNode {
  const router = useRouter();
  const tab = useSearchParams().get('tab') ?? 'tokens';
  return (
    <div className="flex h-full flex-col">
      <PageHeader title="Settings" />
      <Tabs
        label="Settings"
        value={tab}
        onValueChange={(id) => router.replace(`/settings?tab=${id}`)}
        items={[
          { id: 'tokens', label: 'API tokens', content: <ApiTokens /> },
          { id: 'appearance', label: 'Appearance', content: <Appearance /> },
        ]}
      />
    </div>
  );
}
