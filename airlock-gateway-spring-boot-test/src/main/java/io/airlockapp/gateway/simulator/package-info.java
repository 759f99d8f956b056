/**
 * A simulated Airlock gateway together with its approver, who decrypts and signs with
 * real cryptography. For tests and for development; it is no substitute for the real
 * gateway.
 */
@NullMarked
package io.airlockapp.gateway.simulator;

import org.jspecify.annotations.NullMarked;
