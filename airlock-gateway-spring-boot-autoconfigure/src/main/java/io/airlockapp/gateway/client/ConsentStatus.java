package io.airlockapp.gateway.client;

import org.jspecify.annotations.Nullable;

/**
 * Whether the user consented to this application.
 *
 * @param status the gateway's word for it
 */
public record ConsentStatus(@Nullable String status) {
}
