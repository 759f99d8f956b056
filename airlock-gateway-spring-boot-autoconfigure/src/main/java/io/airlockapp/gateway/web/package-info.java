/**
 * Approvals that were not given, as answers to web requests: RFC 9457 problem details in
 * Spring MVC and in Spring WebFlux.
 */
@NullMarked
package io.airlockapp.gateway.web;

import org.jspecify.annotations.NullMarked;
