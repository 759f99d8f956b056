/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import io.airlockapp.gateway.approval.ReactiveRequesterSource;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.auth.security.AuthenticatedUser;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;

/**
 * Auto-configuration for applications with Spring Security. The authenticated user is the
 * requester of an approval.
 */
@AutoConfiguration
@ConditionalOnClass(Authentication.class)
public final class AirlockSecurityAutoConfiguration {

	private static final String REACTOR = "reactor.core.publisher.Mono";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(REACTOR)
	static class WithoutReactorConfiguration {

		@Bean
		@ConditionalOnMissingBean
		RequesterSource airlockRequesterSource() {
			return AuthenticatedUser::findRequester;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = REACTOR)
	static class WithReactorConfiguration {

		@Bean
		@ConditionalOnMissingBean(RequesterSource.class)
		ReactiveRequesterSource airlockRequesterSource() {
			return new ReactiveRequesterSource() {

				@Override
				public @Nullable String findRequester() {
					return AuthenticatedUser.findRequester();
				}

				@Override
				public Mono<String> findRequesterOfSubscriber() {
					return ReactiveSecurityContextHolder.getContext()
						.mapNotNull((context) -> AuthenticatedUser.findRequester(context.getAuthentication()));
				}

			};
		}

	}

}
