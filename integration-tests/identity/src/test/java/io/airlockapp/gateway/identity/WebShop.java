/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.identity;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalRequest;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A web application whose users log in at an identity provider.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ Vault.class, WebShop.VaultController.class })
class WebShop {

	@Bean
	SecurityFilterChain security(HttpSecurity http) {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.oauth2Login(Customizer.withDefaults())
			.build();
	}

	@RestController
	static class VaultController {

		private final Vault vault;

		private final AirlockGatewayOperations gateway;

		VaultController(Vault vault, AirlockGatewayOperations gateway) {
			this.vault = vault;
			this.gateway = gateway;
		}

		@GetMapping("/open")
		String open() {
			return this.vault.open();
		}

		@GetMapping("/ask")
		String ask() {
			boolean approved = this.gateway
				.requestApprovalAsync(ApprovalRequest.builder("Ask", "ask on another thread").build())
				.join()
				.isApproved();
			return "approved " + approved;
		}

	}

}
