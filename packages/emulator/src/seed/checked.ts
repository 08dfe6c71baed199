import { type BaseIssue, type BaseSchema, getDotPath, safeParse } from 'valibot'

/**
 * What a schema makes of a value that people wrote.
 *
 * @throws TypeError that names the place and what is wrong there.
 */
export function checked<Output>(
  schema: BaseSchema<unknown, Output, BaseIssue<unknown>>,
  value: unknown,
  name: string,
): Output {
  const result = safeParse(schema, value)
  if (result.success) return result.output
  const problems = result.issues.map(issue => {
    const place = getDotPath(issue)
    return place ? `"${place}": ${issue.message}` : issue.message
  })
  throw new TypeError(`${name} cannot be used. ${problems.join(' ')}`)
}
