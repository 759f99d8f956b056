/**
 * Tools of Spring AI: which are guarded, and what models are told about those that did
 * not run.
 */
@NullMarked
package io.airlockapp.gateway.ai;

import org.jspecify.annotations.NullMarked;
