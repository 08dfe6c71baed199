const deepest = 100

/** What has no member at all, in the place of what a seed leaves out. */
export const nothing: Readonly<Record<string, never>> = Object.freeze(Object.create(null))

/**
 * A copy of plain data without what `Object.prototype` has, which a package somewhere may have added to. What
 * an object's own class gives it stays. The copies have no prototype, so that nobody finds it there later.
 */
export function ownMembers(value: unknown, depth = 0): unknown {
  // A value that contains itself would be copied for ever.
  if (depth > deepest) throw new TypeError('The value is nested too deeply, or contains itself.')
  if (Array.isArray(value)) return value.map(member => ownMembers(member, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, member] of membersOf(value)) copy[name] = ownMembers(member, depth + 1)
  return copy
}

/** The members of an object, those of its class among them, without what `Object.prototype` has. */
export function membersOf(value: object): Map<string, unknown> {
  const members = new Map<string, unknown>()
  for (
    let owner: object | null = value;
    owner && !isRootPrototype(owner);
    owner = Object.getPrototypeOf(owner)
  ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const isMember = descriptor.enumerable === true || descriptor.get !== undefined
      if (isMember && !members.has(name))
        members.set(name, (value as Record<string, unknown>)[name])
    }
  }
  return members
}

// Also that of another realm, such as the one a test runner has.
function isRootPrototype(owner: object): boolean {
  return Object.getPrototypeOf(owner) === null && Object.hasOwn(owner, 'hasOwnProperty')
}
