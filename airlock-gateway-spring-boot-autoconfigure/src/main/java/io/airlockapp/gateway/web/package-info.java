/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Responses to web requests without an approval: RFC 9457 problem details in Spring MVC
 * and Spring WebFlux.
 */
@NullMarked
package io.airlockapp.gateway.web;

import org.jspecify.annotations.NullMarked;
