/**
 * Simulated Airlock gateway and its approver, who decrypts and signs with real
 * cryptography. For tests and for development; it does not replace the real gateway.
 */
@NullMarked
package io.airlockapp.gateway.simulator;

import org.jspecify.annotations.NullMarked;
