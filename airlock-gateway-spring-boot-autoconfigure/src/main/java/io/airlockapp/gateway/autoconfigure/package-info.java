/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Auto-configuration: properties, connection details, one class per feature, and failure
 * analyzers. No other package depends on this one.
 */
@NullMarked
package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.NullMarked;
