/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application whose own gateway is not there in tests.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Vault.class)
class VaultApplication {

}
