/**
 * The HARP protocol's rules, readable beside its specification: canonical JSON, artifact
 * hash, encryption, key agreement, and the verification of decisions and pairings.
 * <p>
 * This package knows the JDK and Jackson only. It does no I/O and reads no configuration.
 */
@NullMarked
package io.airlockapp.gateway.harp;

import org.jspecify.annotations.NullMarked;
