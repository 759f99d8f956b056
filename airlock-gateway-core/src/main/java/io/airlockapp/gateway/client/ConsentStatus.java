/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Status of the user's consent to this application.
 *
 * @param status the status as sent by the gateway
 */
public record ConsentStatus(@Nullable String status) {
}
