import { problemsOf } from 'service-kit/problem';

export const auditProblem = problemsOf({
  'audit-incomplete': { status: 503, title: 'A participant could not be asked: nothing can be said', retryAfterS: 5 },
});
