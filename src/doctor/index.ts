export { type Diagnosis, diagnose } from './doctor.ts';
export type { Finding, Status } from './finding.ts';
