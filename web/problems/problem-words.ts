import type { ProblemCode } from '../../src/protocol/problems.ts'

/** What a problem means, and what a caller can do. The answer itself says more: in `detail`, and in `errors` field by field. */
type ProblemPage = { readonly means: string; readonly mend: string }

export const problemPages: Readonly<Record<ProblemCode, ProblemPage>> = {
  'invalid-json': {
    means: 'The API could not parse the body of the request as JSON.',
    mend: 'Send valid JSON in UTF-8. “detail” says where the API stopped to read.',
  },
  'invalid-form': {
    means: 'The body of an upload is no complete form: a part or its end is missing.',
    mend: 'Send multipart/form-data to its closing boundary. Let the library of your language write the form.',
  },
  'invalid-input': {
    means: 'The API understood the request, and a value in the request is not allowed.',
    mend: '“errors” names each wrong value by its path and says what the value must be. Change these values and send the request again.',
  },
  unauthorized: {
    means: 'The request has no token, or its token is not valid here.',
    mend: 'Send “Authorization: Bearer <token>”. “detail” says what is wrong with a token that was sent.',
  },
  'foreign-origin': {
    means:
      'A page of another origin sent the request, and this deployment does not allow that origin.',
    mend: 'Call the API from a server, or have the operator add the origin to CORS_ORIGINS.',
  },
  'token-expired': {
    means: 'The token was valid, and its time is over.',
    mend: 'Get another token and send the request again. A watcher goes on from its last cursor.',
  },
  'not-found': {
    means: 'There is no such thing, or it belongs to another owner. The API does not say which.',
    mend: 'Check the path and the id, and whose token the request had.',
  },
  'method-not-allowed': {
    means: 'The path exists and does not take this method.',
    mend: 'Use one of the methods in the header “Allow”.',
  },
  conflict: {
    means: 'The run has ended, or stands otherwise in a state that rules this action out.',
    mend: 'Read the run to see how it stands. A new run does what an ended one no longer can.',
  },
  'nothing-to-retry': {
    means: 'None of what was to be tried again has failed.',
    mend: 'Read the run’s failures, and name groups or jobs that are among them.',
  },
  archived: {
    means: 'The run ended more than a day ago. The run can be read and no longer be retried.',
    mend: 'Start another run. “POST /api/runs/<run_id>/again” takes only what failed, if you ask for that.',
  },
  'in-use': {
    means: 'Something that still goes on uses this, so it cannot be deleted now.',
    mend: 'Wait until that has ended, or abort it. “detail” names it.',
  },
  deleted: {
    means: 'The owner has deleted this.',
    mend: 'Nothing brings it back. Start another run, under another Idempotency-Key.',
  },
  removed: {
    means: 'The time for which the jobs and the log of a run are kept is over.',
    mend: 'Read the run itself: its counts stay. “removed_at” says when the rest was removed.',
  },
  'switched-off': {
    means: 'The endpoint of notices is switched off.',
    mend: 'Switch the endpoint on in the settings, or PATCH it with {"enabled": true}.',
  },
  'too-many': {
    means: 'An owner has at most so many of these, and you have that many.',
    mend: 'Delete one that you no longer need. “detail” says how many there may be.',
  },
  exists: {
    means: 'Another one already has this name or key.',
    mend: 'Choose another name, or change the one that exists.',
  },
  superseded: {
    means: 'A newer visit of the company has begun since, and what that visit finds counts.',
    mend: 'Wait for the newer visit. Decide then, if there is still something to decide.',
  },
  decided: {
    means: 'Somebody has already decided otherwise about the missing postings.',
    mend: 'Nothing. Postings that were closed and are listed again open with the next visit.',
  },
  'too-slow': {
    means: 'The body of the request came too slowly.',
    mend: 'Send the body faster: within a minute, plus one second for every 16 KB. Divide a large upload.',
  },
  'too-large': {
    means: 'The body, or a part of the body, is larger than the API takes.',
    mend: 'Send less in one request. “detail” names the bound, and docs/LIMITS.md has all of them.',
  },
  'unsupported-media-type': {
    means: 'The API takes no body of this Content-Type or Content-Encoding here.',
    mend: 'Send JSON as application/json, an upload as multipart/form-data, and neither of them compressed.',
  },
  'quota-exceeded': {
    means: 'You have used up a quota of this deployment.',
    mend: 'Wait for the seconds in “Retry-After”. “violated-policies” names the quota, and the settings show what is used.',
  },
  'storage-full': {
    means: 'The upload would give you more stored bytes than this deployment allows an owner.',
    mend: 'Delete documents that you no longer need, or ask the operator for more room. The settings show what is used.',
  },
  'upgrade-required': {
    means: 'The path takes only WebSockets.',
    mend: 'Open a WebSocket, or use the path that ends in “stream” or “events”.',
  },
  'key-reused': {
    means: 'The Idempotency-Key has already started a run with another body.',
    mend: 'Use a new key for a new run. For a repeat of the same start, send the same body.',
  },
  'not-configured': {
    means: 'This deployment is not set up for this.',
    mend: 'Show “detail” to the operator: it names what is missing. docs/OPERATIONS.md says how it is set up.',
  },
  unavailable: {
    means: 'The API could not reach a part of the service, such as its database.',
    mend: 'Send the same request again after the seconds in “Retry-After”. Give a start an Idempotency-Key, so that a repeat is no second run.',
  },
  damaged: {
    means: 'A stored record is not as this version of the service can read it.',
    mend: '“detail” says which record it is and what its owner can do. The operator finds it in the log under “request_id”.',
  },
  internal: {
    means: 'The service made an error that nobody foresaw.',
    mend: 'Send the request again. If that does not help, give the operator the “request_id”.',
  },
}
