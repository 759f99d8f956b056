/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Rules of the HARP protocol, structured like its specification: canonical JSON, artifact
 * hash, encryption, key agreement, and the verification of decisions and pairings.
 * <p>
 * This package depends only on the JDK and Jackson. It performs no I/O and reads no
 * configuration.
 */
@NullMarked
package io.airlockapp.gateway.harp;

import org.jspecify.annotations.NullMarked;
