/**
 * Gates that decide whether a guarded call may run, and their composition.
 */
@NullMarked
package io.airlockapp.gateway.approval.gate;

import org.jspecify.annotations.NullMarked;
