/** What `GET /api/offerTypes` lists. Its shape is published nowhere; this one is chosen. */
export const offerTypes: readonly object[] = [
  {
    id: 'microsoft-azure-virtualmachines',
    version: 87,
    definition: { displayText: 'Virtual Machine' },
  },
  {
    id: 'microsoft-azure-corevm',
    version: 12,
    definition: { displayText: 'Core Virtual Machine' },
  },
]
