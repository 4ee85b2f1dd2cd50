import { join } from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Node's own resolution of these: they load native parts, workers or generated code by path.
  serverExternalPackages: ['pg', '@prisma/client', '@prisma/adapter-pg', 'bullmq', 'ioredis', 'better-auth', '@better-auth/prisma-adapter'],
  transpilePackages: [
    '@weft/db',
    '@weft/engine',
    '@weft/errors',
    '@weft/expression',
    '@weft/queue',
    '@weft/runtime',
    '@weft/ui',
    '@weft/workflow',
  ],
  turbopack: { root: join(import.meta.dirname, '../..') },
  // Types are checked by the project's own check, over all packages at once.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
};

export default config;
