/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Support for tests of applications that request approvals. JUnit and Spring's test
 * framework are optional, and required only by the types that use them.
 */
@NullMarked
package io.airlockapp.gateway.test;

import org.jspecify.annotations.NullMarked;
