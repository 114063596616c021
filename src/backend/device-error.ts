/** What goes wrong with a graphics device: it is missing, answers wrong, fails, or is lost. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}
