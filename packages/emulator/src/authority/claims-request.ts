/** The values that one member of a claims request asks for (OpenID Connect Core, section 5.5.1). */
export function requestedValues(request: unknown): readonly unknown[] {
  if (typeof request !== 'object' || request === null) return []
  if ('values' in request && Array.isArray(request.values)) return request.values
  return 'value' in request ? [request.value] : []
}
