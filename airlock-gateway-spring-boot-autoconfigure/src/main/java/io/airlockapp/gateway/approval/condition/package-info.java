/**
 * Parsing and evaluation of the conditions of guarded methods.
 */
@NullMarked
package io.airlockapp.gateway.approval.condition;

import org.jspecify.annotations.NullMarked;
