// `npm run worker`: a process that works jobs and serves no pages (WORKER=only). It answers /api/health and /api/ready on PORT.
process.env.WORKER = 'only'
await import('./start.ts')
