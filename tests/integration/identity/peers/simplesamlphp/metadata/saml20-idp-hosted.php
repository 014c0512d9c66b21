<?php

$subject = 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName';
$metadata[getenv('PEER_ENTITY')] = [
    'host' => '__DEFAULT__',
    'privatekey' => 'provider.key',
    'certificate' => 'provider.pem',
    'auth' => 'static',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.response' => true,
    'saml20.sign.assertion' => true,
    'redirect.validate' => true,
    'NameIDFormat' => $subject,
    'authproc' => [
        3 => ['class' => 'saml:AttributeNameID', 'attribute' => 'subject', 'Format' => $subject],
    ],
];
