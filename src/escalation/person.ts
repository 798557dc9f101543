/** Who answers where nothing says who it is: whoever can reach the service. */
export const person = 'human'
