/** The key under which the open alarm on mass harm is one and the same for all that show it. */
export const SAFETY_ALARM_KEY = 'safety-alarm'
